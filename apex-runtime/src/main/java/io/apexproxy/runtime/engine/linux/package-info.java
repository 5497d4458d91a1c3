/**
 * System calls for the engines on Linux, with Java 22 and newer.
 *
 * <p>{@link io.apexproxy.runtime.engine.linux.LinuxSupport} says whether the process can use them.
 * {@link io.apexproxy.runtime.engine.linux.SystemCalls} and its superclasses call the C library through
 * {@code Foreign}; they are the only classes that pass addresses to native code. {@code NativeAddress},
 * {@code NativeOption}, {@code EpollEvents} and {@code Errno} convert between Java and the structures of the kernel.
 * {@link io.apexproxy.runtime.engine.linux.NativeSocket} is a descriptor, and {@code NativeSocketChannel} a channel
 * with one. The packages {@code epoll} and {@code uring} have one engine each, and {@code splice} moves bytes between
 * their channels.
 */
package io.apexproxy.runtime.engine.linux;
