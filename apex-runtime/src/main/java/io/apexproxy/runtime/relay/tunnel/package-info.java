/**
 * The stage that relays bytes: two pumps, and the state machine for half-closes, resets and timeouts.
 *
 * <p>Each {@code Pump} relays one direction and reports its events to {@code Tunnel}. {@code Tunnel} passes an event to
 * {@code TunnelState}, which is pure, and executes the actions that it returns. A reset of one side is propagated after
 * the other side has acknowledged all bytes sent to it; {@code Acknowledgements} queries the unacknowledged bytes.
 */
package io.apexproxy.runtime.relay.tunnel;
