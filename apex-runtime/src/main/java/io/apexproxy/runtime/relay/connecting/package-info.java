/**
 * The stage that connects to a backend: sequential attempts, during which the stage detects a client that disconnects.
 * {@code OwnConnections} records connections from this process to itself, for the detection of forwarding loops.
 */
package io.apexproxy.runtime.relay.connecting;
