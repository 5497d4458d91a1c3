package io.apexproxy.runtime.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HttpLoopTest {

    private static final int ROUNDS = 2_000;
    /** The time from the start of the thread to its first select, roughly. */
    private static final long LONGEST_DELAY_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final HttpHandler handler = new HttpHandler() {
        @Override
        public Optional<Response> immediateResponse(HttpRequest request) {
            return Optional.of(Response.text(200, ""));
        }

        @Override
        public Response render(HttpRequest request) {
            return Response.text(200, "");
        }
    };

    @Test
    void loopEndsWheneverItIsClosed() throws Exception {
        try (Renderer renderer = new Renderer(handler, 1)) {
            for (int round = 0; round < ROUNDS; round++) {
                HttpLoop loop = new HttpLoop("test", listen(), 1, handler, renderer);
                Thread thread = new Thread(loop);
                thread.start();
                spin(LONGEST_DELAY_NANOS * round / ROUNDS);
                loop.close();
                thread.join(TimeUnit.SECONDS.toMillis(10));
                assertThat(thread.isAlive()).as("round %s: still waiting", round).isFalse();
            }
        }
    }

    private static ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static void spin(long nanos) {
        for (long start = System.nanoTime(); System.nanoTime() - start < nanos;) {
            Thread.onSpinWait();
        }
    }
}
