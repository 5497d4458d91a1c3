/**
 * The engine {@code epoll}: {@code EpollTransport} has the epoll instance of a loop, {@code EpollSocketChannel} and
 * {@code EpollServerChannel} its channels.
 */
package io.apexproxy.runtime.engine.linux.epoll;
