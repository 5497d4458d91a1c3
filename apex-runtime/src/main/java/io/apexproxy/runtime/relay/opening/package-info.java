/**
 * The stage that reads the first bytes of a connection, before a pool is chosen. Connections of a listener that needs
 * none of them pass it by.
 */
package io.apexproxy.runtime.relay.opening;
