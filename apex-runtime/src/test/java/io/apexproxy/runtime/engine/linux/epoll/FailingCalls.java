package io.apexproxy.runtime.engine.linux.epoll;

import io.apexproxy.runtime.engine.linux.EpollEvents;
import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.SystemCalls;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** System calls of which the next one of a kind can be made to fail. The instances of a supplier share the failures. */
final class FailingCalls extends SystemCalls {
    private final Map<Call, Integer> failures;

    /** The kinds of calls. */
    enum Call {
        EPOLL_CREATE,
        EPOLL_ADD,
        EPOLL_WAIT,
        EVENTFD,
        SOCKET,
        BIND,
        LISTEN,
        ACCEPT,
        CONNECT,
        LOCAL_ADDRESS,
        SET_OPTION,
        QUERY_OPTION,
        READ,
        SEND,
        SHUTDOWN,
        UNACKNOWLEDGED
    }

    private FailingCalls(Map<Call, Integer> failures) {
        this.failures = failures;
    }

    /** Returns a supplier of calls; an entry of the map makes the next call of its kind fail, once. */
    static Supplier<SystemCalls> supplier(Map<Call, Integer> failures) {
        return () -> new FailingCalls(failures);
    }

    static Map<Call, Integer> none() {
        return new ConcurrentHashMap<>();
    }

    /** Returns the negated error number of a failure; 0 if the call is to be made. */
    private int failure(Call call) {
        Integer errno = failures.remove(call);
        return errno == null ? 0 : -errno;
    }

    @Override
    public int epollCreate() {
        int failure = failure(Call.EPOLL_CREATE);
        return failure != 0 ? failure : super.epollCreate();
    }

    @Override
    public int epollAdd(int epoll, int descriptor, int events, long data) {
        int failure = failure(Call.EPOLL_ADD);
        return failure != 0 ? failure : super.epollAdd(epoll, descriptor, events, data);
    }

    @Override
    public int epollWait(int epoll, EpollEvents events, int timeoutMillis) {
        int failure = failure(Call.EPOLL_WAIT);
        return failure != 0 ? failure : super.epollWait(epoll, events, timeoutMillis);
    }

    @Override
    public int eventfd() {
        int failure = failure(Call.EVENTFD);
        return failure != 0 ? failure : super.eventfd();
    }

    @Override
    public int socket(int family) {
        int failure = failure(Call.SOCKET);
        return failure != 0 ? failure : super.socket(family);
    }

    @Override
    public int bind(int descriptor, SocketAddress address, int family) throws SocketException {
        int failure = failure(Call.BIND);
        return failure != 0 ? failure : super.bind(descriptor, address, family);
    }

    @Override
    public int listen(int descriptor, int backlog) {
        int failure = failure(Call.LISTEN);
        return failure != 0 ? failure : super.listen(descriptor, backlog);
    }

    @Override
    public int accept(int descriptor) {
        int failure = failure(Call.ACCEPT);
        return failure != 0 ? failure : super.accept(descriptor);
    }

    @Override
    public int connect(int descriptor, SocketAddress address, int family) throws SocketException {
        int failure = failure(Call.CONNECT);
        if (failure == -Errno.EINTR) { // the kernel continues to connect
            super.connect(descriptor, address, family);
        }
        return failure != 0 ? failure : super.connect(descriptor, address, family);
    }

    @Override
    public int localAddress(int descriptor) {
        int failure = failure(Call.LOCAL_ADDRESS);
        return failure != 0 ? failure : super.localAddress(descriptor);
    }

    @Override
    public int setOption(int descriptor, int level, int name, int value) {
        int failure = failure(Call.SET_OPTION);
        return failure != 0 ? failure : super.setOption(descriptor, level, name, value);
    }

    @Override
    public int queryOption(int descriptor, int level, int name) {
        int failure = failure(Call.QUERY_OPTION);
        return failure != 0 ? failure : super.queryOption(descriptor, level, name);
    }

    @Override
    public int read(int descriptor, ByteBuffer target) {
        int failure = failure(Call.READ);
        return failure != 0 ? failure : super.read(descriptor, target);
    }

    @Override
    public int send(int descriptor, ByteBuffer source, boolean more) {
        int failure = failure(Call.SEND);
        return failure != 0 ? failure : super.send(descriptor, source, more);
    }

    @Override
    public int shutdown(int descriptor, int direction) {
        int failure = failure(Call.SHUTDOWN);
        return failure != 0 ? failure : super.shutdown(descriptor, direction);
    }

    @Override
    public int unacknowledged(int descriptor) {
        int failure = failure(Call.UNACKNOWLEDGED);
        return failure != 0 ? failure : super.unacknowledged(descriptor);
    }
}
