/**
 * The decisions of a listener about a connection before a backend is sought: which clients are served, and how many
 * connections they can open. The relay calls {@code AccessControl} on the event loops, so no method blocks.
 */
package io.apexproxy.runtime.routing;
