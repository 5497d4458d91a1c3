/**
 * The stage that connects to a backend: sequential attempts, and waits in the queue of the pool if all backends are
 * full. Meanwhile the stage detects a client that disconnects.
 *
 * <p>{@code OwnConnections} records connections from this process to itself, for the detection of forwarding loops.
 */
package io.apexproxy.runtime.relay.connecting;
