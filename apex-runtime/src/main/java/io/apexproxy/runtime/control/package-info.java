/**
 * The control socket: a Unix-domain socket of the process, which only its user can open.
 *
 * <p>{@code ControlPath} finds the path of the socket, {@code SocketOwner} checks its directory, and
 * {@code ControlSocket} opens it with a loop and threads of its own. {@code ControlRoutes} answers the requests, which
 * act on the proxy through {@code ControlActions}.
 */
package io.apexproxy.runtime.control;
