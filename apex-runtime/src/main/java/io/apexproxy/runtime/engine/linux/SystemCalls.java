package io.apexproxy.runtime.engine.linux;

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
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int FD_CLOEXEC = 1;
    private static final int SPLICE_F_MOVE = 1;
    private static final int SPLICE_F_NONBLOCK = 2;

    private static final int WRITE = 1;
    private static final int FCNTL = 72;
    private static final int EPOLL_WAIT = 232;
    private static final int EPOLL_CTL = 233;
    private static final int SPLICE = 275;
    private static final int EVENTFD2 = 290;
    private static final int EPOLL_CREATE1 = 291;
    private static final int PIPE2 = 293;

    public int epollCreate() {
        return call(EPOLL_CREATE1, CLOEXEC, 0, 0);
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
        return call(EPOLL_CTL, epoll, operation, descriptor, argumentsAt, 0, 0);
    }

    /** Waits for events; a timeout of -1 never expires. Blocks. */
    public int epollWait(int epoll, EpollEvents events, int timeoutMillis) {
        try {
            return call(EPOLL_WAIT, epoll, events.address(), EpollEvents.MOST, timeoutMillis, 0, 0);
        } finally {
            Reference.reachabilityFence(events);
        }
    }

    /** Creates a non-blocking event counter. */
    public int eventfd() {
        return call(EVENTFD2, 0, NONBLOCK_CLOEXEC, 0);
    }

    /** Adds 1 to an event counter. */
    public int signal(int eventfd) {
        arguments.putLong(0, 1);
        return call(WRITE, eventfd, argumentsAt, Long.BYTES);
    }

    /** Sets an event counter to 0. */
    public int clear(int eventfd) {
        return call(READ, eventfd, argumentsAt, Long.BYTES);
    }

    /** Opens a non-blocking pipe; {@link #optionValue} then returns the end to read and the end to write. */
    public int pipe() {
        return call(PIPE2, argumentsAt, NONBLOCK_CLOEXEC, 0);
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
        return call(FCNTL, descriptor, command, argument);
    }

    /** Moves at most this number of bytes between a socket and a pipe, without waiting. */
    public int splice(int from, int to, int bytes) {
        return call(SPLICE, from, 0, to, 0, bytes, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    }
}
