/**
 * The stage that reads the first bytes of a connection, before a pool is chosen. A listener that needs no first bytes
 * skips this stage.
 */
package io.apexproxy.runtime.relay.opening;
