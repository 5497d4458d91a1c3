/**
 * The stage in which bytes flow: two pumps, and the state machine that decides about half-closes, resets and timeouts.
 *
 * <p>{@code Pump} moves bytes in one direction and reports what happened to {@code Tunnel}. {@code Tunnel} passes it as
 * an event to {@code TunnelState}, which is pure, and carries out the actions that come back. A reset of one side is
 * passed on when the other side has acknowledged all that was sent to it; {@code Acknowledgements} finds out when.
 */
package io.apexproxy.runtime.relay.tunnel;
