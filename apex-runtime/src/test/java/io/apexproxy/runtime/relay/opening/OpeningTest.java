package io.apexproxy.runtime.relay.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.relay.loop.TestLoop;
import io.apexproxy.runtime.relay.opening.FirstBytesReader.Answer;
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
    private final OpeningResult result = new OpeningResult();

    @Test
    void headerInOneSegmentIsConsumed() throws IOException {
        begin(new FixedLengthReader(6));

        send("HEADERrest");

        assertThat(result.readAhead()).isEqualTo("rest");
        assertStaysOpenWithoutBuffers();
    }

    @Test
    void headerInManySegmentsIsConsumed() throws IOException {
        FixedLengthReader header = new FixedLengthReader(6);
        begin(header);

        for (int sent = 1; sent <= 6; sent++) {
            send("HEADER".substring(sent - 1, sent));
            int count = sent;
            await().atMost(PATIENCE).until(() -> header.available == count);
            assertThat(test.call(test::lentBuffers)).isZero();
        }

        assertThat(result.readAhead()).isEmpty();
        assertStaysOpenWithoutBuffers();
    }

    @Test
    void laterReadersReceiveTheBytesThatEarlierReadersLeave() throws IOException {
        FixedLengthReader first = new FixedLengthReader(3);
        FixedLengthReader second = new FixedLengthReader(5);
        FixedLengthReader third = new FixedLengthReader(2);
        begin(first, second, third);

        send("abc12345xyrest");

        assertThat(result.readAhead()).isEqualTo("rest");
        assertThat(List.of(first.text, second.text, third.text)).containsExactly("abc", "12345", "xy");
    }

    @Test
    void readerThatConsumesNothingLeavesAllBytes() throws IOException {
        begin(bytes -> new Done(0), new FixedLengthReader(3));

        send("abcdef");

        assertThat(result.readAhead()).isEqualTo("def");
    }

    @Test
    void requestIsAnsweredBeforeTheClientIsReadAgain() throws IOException {
        begin(bytes -> bytes.remaining() < 3
                ? new NeedMore() : new Answer(3, new byte[] {'O', 'K'}, bytes.get(bytes.position()) == 'b'),
                new FixedLengthReader(4));

        send("aaa");
        assertThat(client.getInputStream().readNBytes(2)).asString(StandardCharsets.US_ASCII).isEqualTo("OK");
        assertThat(result.opened).isNotDone();
        send("bbbnextrest");

        assertThat(result.readAhead()).isEqualTo("rest");
        assertThat(client.getInputStream().readNBytes(2)).asString(StandardCharsets.US_ASCII).isEqualTo("OK");
        assertStaysOpenWithoutBuffers();
    }

    @Test
    void bytesAfterTheLastReaderStayInTheChannel() throws IOException {
        begin(new FixedLengthReader(1));
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
    void firstBytesCanBeLongerThanABuffer() throws IOException {
        int length = FirstBytesReader.MAX_BYTES - 10;
        begin(new FixedLengthReader(length));

        client.getOutputStream().write(new byte[length]);
        send("rest");

        assertThat(result.readAhead()).isIn("", "r", "re", "res", "rest");
    }

    @Test
    void refusalEndsTheConnectionWithItsCause() throws IOException {
        begin(bytes -> bytes.get(bytes.position()) == 'x' ? new Refused(Cause.NO_BACKEND) : new NeedMore());

        send("x");

        assertEndsWith(Cause.NO_BACKEND);
    }

    @Test
    void endOfStreamBeforeTheReaderIsDoneEndsTheConnection() throws IOException {
        FixedLengthReader header = new FixedLengthReader(6);
        begin(header);
        send("HEAD");

        client.shutdownOutput();

        assertEndsWith(Cause.CLIENT_CLOSED);
        assertThat(header.available).isEqualTo(4);
    }

    @Test
    void resetByTheClientEndsTheConnection() throws IOException {
        begin(new FixedLengthReader(6));

        client.setSoLinger(true, 0);
        client.close();

        assertThat(result.cause()).isEqualTo(Cause.CLIENT_RESET);
        assertThat(test.call(test::lentBuffers)).isZero();
    }

    @Test
    void connectionEndsAtTheDeadlineAndNotBefore() throws IOException {
        FixedLengthReader header = new FixedLengthReader(6);
        Opening opening = begin(header);
        send("HEAD");
        await().atMost(PATIENCE).until(() -> header.available == 4);

        long due = test.call(opening::due);
        assertThat(test.<Long>call(() -> opening.expire(due - 1))).isEqualTo(due);
        assertThat(result.ended).isNotDone();
        test.call(() -> opening.expire(due));

        assertEndsWith(Cause.FIRST_BYTES_TIMEOUT);
        assertThat(result.calls).hasValue(1);
    }

    @Test
    void bytesDoNotPostponeTheDeadline() throws IOException {
        FixedLengthReader header = new FixedLengthReader(6);
        Opening opening = begin(header);
        long due = test.call(opening::due);

        send("HEAD");
        await().atMost(PATIENCE).until(() -> header.available == 4);

        assertThat(test.call(opening::due)).isEqualTo(due);
    }

    @Test
    void abortEndsTheConnectionWithItsCause() throws IOException {
        Opening opening = begin(new FixedLengthReader(6));

        test.run(() -> opening.abort(Cause.DRAINED));

        assertEndsWith(Cause.DRAINED);
    }

    @Test
    void readerThatThrowsEndsTheConnectionWithAnInternalError() throws IOException {
        begin(bytes -> {
            throw new IllegalArgumentException("thrown by a test");
        });

        send("x");

        assertEndsWith(Cause.INTERNAL_ERROR);
        assertThat(result.exception).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readerThatNeedsTooManyBytesEndsTheConnectionWithAnInternalError() throws IOException {
        begin(new FixedLengthReader(Integer.MAX_VALUE));

        client.getOutputStream().write(new byte[FirstBytesReader.MAX_BYTES]);

        assertThat(result.cause()).isEqualTo(Cause.INTERNAL_ERROR);
        assertThat(result.exception).hasMessageContaining("needs more than");
        assertThat(test.call(test::lentBuffers)).isZero();
    }

    private Opening begin(FirstBytesReader... readers) {
        return test.call(() -> {
            result.readers.addAll(List.of(readers));
            Opening opening = new Opening(result, result, test.loop(), pair.channel(), result.readers.remove(),
                    () -> TIMEOUT_NANOS);
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
        assertThat(result.cause()).isEqualTo(cause);
        try {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) { // the channel was closed with unread bytes
            assertThat(e).hasMessageContaining("reset");
        }
        assertThat(test.call(test::lentBuffers)).isZero();
        assertThat(result.opened).isNotDone();
    }
}
