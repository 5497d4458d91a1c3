/** Tests of the state machine of a tunnel and its parts. */
package io.apexproxy.runtime.relay.tunnel;
