package io.apexproxy.runtime.relay.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.relay.loop.TestLoop;
import io.apexproxy.runtime.relay.opening.FirstBytesReader.Done;
import io.apexproxy.runtime.relay.opening.FirstBytesReader.NeedMore;
import io.apexproxy.runtime.relay.opening.FirstBytesReader.Refused;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class OpeningTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long TIMEOUT_NANOS = TimeUnit.HOURS.toNanos(1);

    @AutoClose
    private final TestLoop test = new TestLoop();
    private final TestLoop.Pair pair = test.connected();
    private final Socket client = pair.socket();
    private final Result result = new Result();

    @Test
    void readsWhatComesInOneSegment() throws IOException {
        begin(new Header(6));

        send("HEADERrest");

        assertThat(result.readAhead()).isEqualTo("rest");
        assertStaysOpenWithoutBuffers();
    }

    @Test
    void readsWhatComesInManySegments() throws IOException {
        Header header = new Header(6);
        begin(header);

        for (int sent = 1; sent <= 6; sent++) {
            send("HEADER".substring(sent - 1, sent));
            int count = sent;
            await().atMost(PATIENCE).until(() -> header.mostSeen == count);
            assertThat(test.call(test::lentBuffers)).isZero();
        }

        assertThat(result.readAhead()).isEmpty();
        assertStaysOpenWithoutBuffers();
    }

    @Test
    void laterReadersSeeWhatEarlierOnesLeave() throws IOException {
        Header first = new Header(3);
        Header second = new Header(5);
        Header third = new Header(2);
        begin(first, second, third);

        send("abc12345xyrest");

        assertThat(result.readAhead()).isEqualTo("rest");
        assertThat(List.of(first.text, second.text, third.text)).containsExactly("abc", "12345", "xy");
    }

    @Test
    void readerThatConsumesNothingPassesAllBytesOn() throws IOException {
        begin(bytes -> new Done(0), new Header(3));

        send("abcdef");

        assertThat(result.readAhead()).isEqualTo("def");
    }

    @Test
    void bytesAfterTheLastReaderStayInTheChannel() throws IOException {
        begin(new Header(1));
        send("h");
        assertThat(result.readAhead()).isEmpty();

        send("later");

        ByteBuffer later = ByteBuffer.allocate(1);
        CompletableFuture<Integer> read = new CompletableFuture<>();
        pair.channel().read(later, null, new FutureHandler(read));
        assertThat(TestLoop.get(read)).isEqualTo(1);
        assertThat(later.get(0)).isEqualTo((byte) 'l');
    }

    @Test
    void longFirstBytesGrowBeyondABuffer() throws IOException {
        int length = FirstBytesReader.MOST_BYTES - 10;
        begin(new Header(length));

        client.getOutputStream().write(new byte[length]);
        send("rest");

        assertThat(result.readAhead()).isIn("", "r", "re", "res", "rest");
    }

    @Test
    void refusalClosesTheClientWithItsCause() throws IOException {
        begin(bytes -> bytes.get(bytes.position()) == 'x' ? new Refused(Cause.NO_BACKEND) : new NeedMore());

        send("x");

        assertEndsWith(Cause.NO_BACKEND);
    }

    @Test
    void endOfStreamBeforeTheReaderIsDoneEndsTheConnection() throws IOException {
        Header header = new Header(6);
        begin(header);
        send("HEAD");

        client.shutdownOutput();

        assertEndsWith(Cause.CLIENT_CLOSED);
        assertThat(header.mostSeen).isEqualTo(4);
    }

    @Test
    void resetByTheClientEndsTheConnection() throws IOException {
        begin(new Header(6));

        client.setSoLinger(true, 0);
        client.close();

        assertThat(result.ending()).isEqualTo(Cause.CLIENT_RESET);
        assertThat(test.call(test::lentBuffers)).isZero();
    }

    @Test
    void deadlineEndsTheConnectionAndNotBefore() throws IOException {
        Header header = new Header(6);
        Opening opening = begin(header);
        send("HEAD");
        await().atMost(PATIENCE).until(() -> header.mostSeen == 4);

        long due = test.call(opening::due);
        assertThat(test.<Long>call(() -> opening.expire(due - 1))).isEqualTo(due);
        assertThat(result.ended).isNotDone();
        test.call(() -> opening.expire(due));

        assertEndsWith(Cause.IDLE_TIMEOUT);
        assertThat(result.calls).isEqualTo(1);
    }

    @Test
    void bytesDoNotPostponeTheDeadline() throws IOException {
        Header header = new Header(6);
        Opening opening = begin(header);
        long due = test.call(opening::due);

        send("HEAD");
        await().atMost(PATIENCE).until(() -> header.mostSeen == 4);

        assertThat(test.call(opening::due)).isEqualTo(due);
    }

    @Test
    void abortEndsTheConnectionWithItsCause() throws IOException {
        Opening opening = begin(new Header(6));

        test.run(() -> opening.abort(Cause.DRAINED));

        assertEndsWith(Cause.DRAINED);
    }

    @Test
    void readerThatThrowsIsADefect() throws IOException {
        begin(bytes -> {
            throw new IllegalArgumentException("thrown by a test");
        });

        send("x");

        assertEndsWith(Cause.INTERNAL_ERROR);
        assertThat(result.defect).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readerThatWantsMoreThanAllowedIsADefect() throws IOException {
        begin(new Header(Integer.MAX_VALUE));

        client.getOutputStream().write(new byte[FirstBytesReader.MOST_BYTES]);

        assertThat(result.ending()).isEqualTo(Cause.INTERNAL_ERROR);
        assertThat(result.defect).hasMessageContaining("wants more than");
        assertThat(test.call(test::lentBuffers)).isZero();
    }

    private Opening begin(FirstBytesReader... readers) {
        return test.call(() -> {
            Opening opening = new Opening(result, test.loop(), pair.channel(), List.of(readers), TIMEOUT_NANOS,
                    Cause.IDLE_TIMEOUT);
            opening.begin();
            return opening;
        });
    }

    private void send(String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void assertStaysOpenWithoutBuffers() {
        assertThat(pair.channel().isOpen()).isTrue();
        assertThat(result.ended).isNotDone();
        assertThat(test.call(test::lentBuffers)).isZero();
    }

    private void assertEndsWith(Cause cause) throws IOException {
        assertThat(result.ending()).isEqualTo(cause);
        try {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) { // bytes that the proxy had not read
            assertThat(e).hasMessageContaining("reset");
        }
        assertThat(test.call(test::lentBuffers)).isZero();
        assertThat(result.opened).isNotDone();
    }

    /** Consumes a fixed number of bytes. */
    private static final class Header implements FirstBytesReader {
        private final int length;
        private volatile int mostSeen;
        private volatile String text;

        Header(int length) {
            this.length = length;
        }

        @Override
        public Result read(ByteBuffer bytes) {
            mostSeen = bytes.remaining();
            if (mostSeen < length) {
                return new NeedMore();
            }
            text = StandardCharsets.US_ASCII.decode(bytes.slice(bytes.position(), length)).toString();
            return new Done(length);
        }
    }

    private static final class Result implements Opening.Owner {
        private final CompletableFuture<String> opened = new CompletableFuture<>();
        private final CompletableFuture<Cause> ended = new CompletableFuture<>();
        private volatile Throwable defect;
        private volatile int calls;

        @Override
        public void opened(ByteBuffer readAhead) {
            calls++;
            opened.complete(StandardCharsets.US_ASCII.decode(readAhead).toString());
        }

        @Override
        public void openingEnded(Cause cause) {
            calls++;
            ended.complete(cause);
        }

        @Override
        public void defectFound(Throwable found) {
            defect = found;
        }

        String readAhead() {
            return TestLoop.get(opened);
        }

        Cause ending() {
            return TestLoop.get(ended);
        }
    }
}
