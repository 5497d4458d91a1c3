/**
 * Backends from containers of Docker or Podman.
 *
 * <p>{@code DockerSource} requests the list of containers. {@code EventWatch} reads the stream of events on a thread of
 * its own and requests a new list; the content of an event is not used. {@code Exchange} is a request on a connection
 * of its own, because the HTTP client of the JDK has no UNIX sockets. {@code Response}, {@code FramedBody}, {@code
 * Containers} and {@code ContainerBackends} are pure.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/">Docker Engine API</a>
 */
package io.apexproxy.source.docker;
