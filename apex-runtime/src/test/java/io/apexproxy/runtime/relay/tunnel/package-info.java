/** Tests of the tunnel stage and its state machine. */
package io.apexproxy.runtime.relay.tunnel;
