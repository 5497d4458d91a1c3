/** The stage that picks a backend and connects to it, or to the next one if that fails. */
package io.apexproxy.runtime.relay.connecting;
