/** Tests of the relay's event loop and its parts. */
package io.apexproxy.runtime.relay.loop;
