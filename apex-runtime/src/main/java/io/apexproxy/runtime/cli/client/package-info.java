/**
 * The client side of the commands that talk to a running process: the search for its control socket, the exchange of a
 * request, and the answers as text.
 */
package io.apexproxy.runtime.cli.client;
