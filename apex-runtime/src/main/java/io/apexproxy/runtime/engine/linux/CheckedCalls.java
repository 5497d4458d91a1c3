package io.apexproxy.runtime.engine.linux;

import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * System calls that check their arguments: each descriptor must have been opened by these calls and not be closed. A
 * mistake of the engine thus throws an exception, rather than changing a file or socket of another owner.
 *
 * <p>For tests, and for the search for a fault: {@code -Dapex.engine.checked=true}. The sockets that the process has
 * inherited are exempt, because they are never opened here: they are queried and accepted from only.
 */
public final class CheckedCalls extends SystemCalls {
    private final Set<Integer> open;

    private CheckedCalls(Set<Integer> open) {
        this.open = open;
    }

    /** Returns a supplier of calls that share one set of open descriptors. */
    public static Supplier<SystemCalls> supplier() {
        Set<Integer> open = ConcurrentHashMap.newKeySet();
        return () -> new CheckedCalls(open);
    }

    private int opened(int descriptor) {
        if (descriptor >= 0 && !open.add(descriptor)) {
            throw new IllegalStateException("descriptor " + descriptor + " was opened twice without a close");
        }
        return descriptor;
    }

    private int require(int descriptor) {
        if (!open.contains(descriptor)) {
            throw new IllegalStateException("descriptor " + descriptor + " is not open");
        }
        return descriptor;
    }

    @Override
    public int epollCreate() {
        return opened(super.epollCreate());
    }

    @Override
    public int epollAdd(int epoll, int descriptor, int events, long data) {
        return super.epollAdd(require(epoll), descriptor, events, data);
    }

    @Override
    public int epollDelete(int epoll, int descriptor) {
        return super.epollDelete(require(epoll), descriptor);
    }

    @Override
    public int epollWait(int epoll, EpollEvents events, int timeoutMillis) {
        return super.epollWait(require(epoll), events, timeoutMillis);
    }

    @Override
    public int eventfd() {
        return opened(super.eventfd());
    }

    @Override
    public int signal(int eventfd) {
        return super.signal(require(eventfd));
    }

    @Override
    public int clear(int eventfd) {
        return super.clear(require(eventfd));
    }

    @Override
    public int socket(int family) {
        return opened(super.socket(family));
    }

    @Override
    public int bind(int descriptor, SocketAddress address, int family) throws SocketException {
        return super.bind(require(descriptor), address, family);
    }

    @Override
    public int listen(int descriptor, int backlog) {
        return super.listen(require(descriptor), backlog);
    }

    @Override
    public int accept(int descriptor) {
        return opened(super.accept(descriptor));
    }

    @Override
    public int connect(int descriptor, SocketAddress address, int family) throws SocketException {
        return super.connect(require(descriptor), address, family);
    }

    @Override
    public int setOption(int descriptor, int level, int name, int value) {
        return super.setOption(require(descriptor), level, name, value);
    }

    @Override
    public int setLinger(int descriptor, int seconds) {
        return super.setLinger(require(descriptor), seconds);
    }

    @Override
    public int read(int descriptor, ByteBuffer target) {
        return super.read(require(descriptor), target);
    }

    @Override
    public int send(int descriptor, ByteBuffer source, boolean more) {
        return super.send(require(descriptor), source, more);
    }

    @Override
    public int pipe() {
        int result = super.pipe();
        if (result >= 0) {
            opened(optionValue(0));
            opened(optionValue(1));
        }
        return result;
    }

    @Override
    public int setPipeCapacity(int pipe, int bytes) {
        return super.setPipeCapacity(require(pipe), bytes);
    }

    @Override
    public int splice(int from, int to, int bytes) {
        return super.splice(require(from), require(to), bytes);
    }

    @Override
    public int shutdown(int descriptor, int direction) {
        return super.shutdown(require(descriptor), direction);
    }

    @Override
    public int unacknowledged(int descriptor) {
        return super.unacknowledged(require(descriptor));
    }

    @Override
    public int close(int descriptor) {
        // removed first: after the close another thread can get the same number
        require(descriptor);
        open.remove(descriptor);
        return super.close(descriptor);
    }
}
