package io.apexproxy.runtime.engine.linux;

import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * The system calls of the engine: those of epoll and pipes, and those of sockets. One thread at a time.
 *
 * <p>Each method returns the result of the call, 0 or more, or the negated error number. No method takes or returns an
 * address: memory is always a buffer, whose bounds limit the call, and which the method keeps reachable.
 */
public class SystemCalls extends SocketCalls {
    public static final int EPOLLIN = 0x1;
    public static final int EPOLLPRI = 0x2;
    public static final int EPOLLOUT = 0x4;
    public static final int EPOLLERR = 0x8;
    public static final int EPOLLHUP = 0x10;
    public static final int EPOLLRDHUP = 0x2000;
    public static final int EPOLLEXCLUSIVE = 1 << 28;
    public static final int EPOLLET = 1 << 31;

    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int CLOEXEC = 0x80000;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int FD_CLOEXEC = 1;
    private static final int NONBLOCK = 0x800;
    private static final int SPLICE_F_MOVE = 1;
    private static final int SPLICE_F_NONBLOCK = 2;

    private static final MethodHandle EPOLL_CREATE1 = Foreign.function("epoll_create1", INT, INT);
    private static final MethodHandle EPOLL_CTL = Foreign.function("epoll_ctl", INT, INT, INT, INT, LONG);
    private static final MethodHandle EPOLL_WAIT = Foreign.function("epoll_wait", INT, INT, LONG, INT, INT);
    private static final MethodHandle EVENTFD = Foreign.function("eventfd", INT, INT, INT);
    private static final MethodHandle WRITE = Foreign.function("write", LONG, INT, LONG, LONG);
    private static final MethodHandle PIPE2 = Foreign.function("pipe2", INT, LONG, INT);
    private static final MethodHandle FCNTL = Foreign.variadicFunction("fcntl", 2, INT, INT, INT, LONG);
    private static final MethodHandle SPLICE =
            Foreign.function("splice", LONG, INT, LONG, INT, LONG, LONG, INT);
    private static final MethodHandle CLOSE = Foreign.function("close", INT, INT);

    public int epollCreate() {
        try {
            return result((int) EPOLL_CREATE1.invokeExact(errnoSegment, CLOEXEC));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Adds a descriptor to an epoll instance, with the data that {@link #epollWait} returns. */
    public int epollAdd(int epoll, int descriptor, int events, long data) {
        arguments.putInt(0, events).putLong(EpollEvents.DATA_AT, data);
        return epollControl(epoll, EPOLL_CTL_ADD, descriptor);
    }

    public int epollDelete(int epoll, int descriptor) {
        return epollControl(epoll, EPOLL_CTL_DEL, descriptor);
    }

    private int epollControl(int epoll, int operation, int descriptor) {
        try {
            return result((int) EPOLL_CTL.invokeExact(errnoSegment, epoll, operation, descriptor, argumentsAt));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Waits for events; a timeout of -1 never expires. Blocks. */
    public int epollWait(int epoll, EpollEvents events, int timeoutMillis) {
        try {
            return result((int) EPOLL_WAIT.invokeExact(errnoSegment, epoll, events.address(), EpollEvents.MOST,
                    timeoutMillis));
        } catch (Throwable e) {
            throw unexpected(e);
        } finally {
            Reference.reachabilityFence(events);
        }
    }

    /** Creates a non-blocking event counter. */
    public int eventfd() {
        try {
            return result((int) EVENTFD.invokeExact(errnoSegment, 0, NONBLOCK_CLOEXEC));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Adds 1 to an event counter. */
    public int signal(int eventfd) {
        arguments.putLong(0, 1);
        try {
            return result((int) (long) WRITE.invokeExact(errnoSegment, eventfd, argumentsAt, (long) Long.BYTES));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sets an event counter to 0. */
    public int clear(int eventfd) {
        try {
            return result((int) (long) READ.invokeExact(errnoSegment, eventfd, argumentsAt, (long) Long.BYTES));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Opens a non-blocking pipe; {@link #optionValue} then returns the end to read and the end to write. */
    public int pipe() {
        try {
            return result((int) PIPE2.invokeExact(errnoSegment, argumentsAt, NONBLOCK_CLOEXEC));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sets the capacity of a pipe in bytes; returns the capacity. */
    public int setPipeCapacity(int pipe, int bytes) {
        return control(pipe, F_SETPIPE_SZ, bytes);
    }

    /** Lets the kernel close an inherited descriptor in a process that this one starts. */
    public int setCloseOnExec(int descriptor) {
        return control(descriptor, F_SETFD, FD_CLOEXEC);
    }

    /** Makes an inherited descriptor non-blocking, also for other processes that have it. */
    public int setNonBlocking(int descriptor) {
        int flags = control(descriptor, F_GETFL, 0);
        return flags < 0 ? flags : control(descriptor, F_SETFL, flags | NONBLOCK);
    }

    private int control(int descriptor, int command, int argument) {
        try {
            return result((int) FCNTL.invokeExact(errnoSegment, descriptor, command, (long) argument));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Moves at most this number of bytes between a socket and a pipe, without waiting. */
    public int splice(int from, int to, int bytes) {
        try {
            return result((int) (long) SPLICE.invokeExact(errnoSegment, from, 0L, to, 0L, (long) bytes,
                    SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Closes a descriptor, which is free afterwards also if the result is an error. */
    public int close(int descriptor) {
        try {
            return result((int) CLOSE.invokeExact(errnoSegment, descriptor));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }
}
