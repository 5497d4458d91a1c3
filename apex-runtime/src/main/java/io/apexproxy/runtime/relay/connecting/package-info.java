/**
 * The stage that connects to a backend: one attempt after the other, while the client is watched. It also records the
 * connections that lead back to this process, by which forwarding loops are found.
 */
package io.apexproxy.runtime.relay.connecting;
