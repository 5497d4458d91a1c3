package io.apexproxy.dist.promise;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that connect, send a byte, expect it back and close, one after the other, until the load is closed. */
final class Load implements AutoCloseable {

    private final List<Thread> threads = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong served = new AtomicLong();
    private volatile boolean closed;

    private Load() {
    }

    /** Starts the load with a number of clients at the same time. */
    static Load on(int port, int clients) {
        var load = new Load();
        for (int i = 0; i < clients; i++) {
            Thread thread = new Thread(() -> load.run(port), "load-" + i);
            thread.start();
            load.threads.add(thread);
        }
        return load;
    }

    private void run(int port) {
        while (!closed) {
            try (var client = Client.to(port)) {
                String answer = client.echo("?");
                if (answer.equals("?")) {
                    served.incrementAndGet();
                } else {
                    failures.add("the connection ended without an answer");
                }
            } catch (RuntimeException e) {
                failures.add(e.toString());
            }
        }
    }

    /** Returns the number of served clients so far. */
    long served() {
        return served.get();
    }

    /** Returns the failures so far. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
