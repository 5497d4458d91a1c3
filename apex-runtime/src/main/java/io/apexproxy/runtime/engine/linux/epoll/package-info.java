/**
 * The engine {@code epoll}: {@code EpollTransport} has the epoll instance of a loop, {@code EpollSocketChannel} and
 * {@code EpollServerChannel} its channels. {@code EpollSplice} moves the bytes of a long transfer through a
 * {@code Pipe}.
 */
package io.apexproxy.runtime.engine.linux.epoll;
