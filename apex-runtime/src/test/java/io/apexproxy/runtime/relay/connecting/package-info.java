/** The stage that connects to a backend. */
package io.apexproxy.runtime.relay.connecting;
