/**
 * The engine {@code epoll}: loops over epoll instances on Linux, with Java 22 and newer.
 *
 * <p>{@link io.apexproxy.runtime.engine.linux.LinuxEngine} says whether the process can use it. {@code EpollTransport}
 * has the epoll instance of a loop, {@code EpollSocketChannel} and {@code EpollServerChannel} its channels, and
 * {@code NativeSocket} a descriptor. {@code SystemCalls} calls the C library through {@code Foreign}; it is the only
 * class that passes addresses to native code. {@code NativeAddress}, {@code NativeOption}, {@code EpollEvents} and
 * {@code Errno} convert between Java and the structures of the kernel. Package {@code engine.loop} has the rest of the
 * loop.
 */
package io.apexproxy.runtime.engine.linux;
