package io.apexproxy.runtime.engine.tls;

import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_2;
import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_3;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.engine.tls.TlsEnd.Received;
import io.apexproxy.runtime.engine.tls.TlsNet.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fuzzed records before and after the handshake: each operation ends, nothing reaches the loop, and all buffers are
 * released.
 */
class RecordFuzzTest {

    private static final int CASES = 500;
    private static final int MAX_BYTES = 2_000;

    @AutoClose
    private final TlsNet net = new TlsNet();

    /** A change of the version in a header has no effect, and a second close_notify has none. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void changedRecordsNeverShortenTheStream(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            String version = random.nextBoolean() ? TLS_1_2 : TLS_1_3;
            boolean isClient = random.nextBoolean();
            Connection connection = net.connect(isClient ? Contexts.client(version) : Contexts.server(version));
            Outcome<Void> handshake = connection.end().handshake();
            EnginePeer peer = new EnginePeer(connection.socket(),
                    isClient ? Contexts.server(version) : Contexts.client(version));
            peer.handshake(Integer.MAX_VALUE / 2);
            handshake.result();
            Outcome<Received> received = connection.end().receiveAll(1 << random.nextInt(17));

            byte[] sent = new byte[random.nextInt(MAX_BYTES)];
            random.nextBytes(sent);
            peer.send(changed(records(peer, sent, random), random));
            connection.socket().shutdownOutput();

            assertThat(received.resultOr(IOException.class)).as("seed %s, case %s", seed, i)
                    .isIn(Optional.empty(), Optional.of(Received.of(sent)));
            connection.end().channel().close();
            connection.socket().close();
        }
    }

    /** Returns records, the last of which is close_notify. */
    private static List<byte[]> records(EnginePeer peer, byte[] bytes, Random random) throws IOException {
        List<byte[]> records = new ArrayList<>();
        int start = 0;
        while (start < bytes.length) {
            int end = start + 1 + random.nextInt(bytes.length - start);
            records.add(peer.wrap(Arrays.copyOfRange(bytes, start, end)));
            start = end;
        }
        peer.engine().closeOutbound();
        records.add(peer.wrap());
        return records;
    }

    private static byte[] changed(List<byte[]> records, Random random) {
        int last = records.size() - 1;
        int index = random.nextInt(records.size());
        byte[] record = records.get(index);
        switch (random.nextInt(6)) {
            case 0 -> record[random.nextInt(record.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> records.remove(index);
            case 2 -> Collections.swap(records, index, last);
            case 3 -> records.add(random.nextInt(index + 1), record);
            case 4 -> {
                byte[] bytes = new byte[1 + random.nextInt(100)];
                random.nextBytes(bytes);
                records.add(index, bytes);
            }
            default -> records.set(index, Arrays.copyOf(record, random.nextInt(record.length)));
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        records.forEach(all::writeBytes);
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7, 8, 9, 10})
    void changedHandshakesFail(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            SSLEngine client = Contexts.client(random.nextBoolean() ? TLS_1_2 : TLS_1_3);
            client.beginHandshake();
            byte[] hello = EnginePeer.wrap(client);
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                hello[random.nextInt(hello.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                random.nextBytes(hello);
            }
            Connection connection = net.connect(random.nextInt(4) == 0 ? Contexts.client(TLS_1_3)
                    : Contexts.server(random.nextBoolean() ? TLS_1_2 : TLS_1_3));
            connection.socket().getOutputStream().write(hello, 0, hello.length - random.nextInt(10));
            connection.socket().shutdownOutput();

            assertThat(connection.end().handshake().failure()).as("seed %s, case %s", seed, i)
                    .isInstanceOf(IOException.class);
            connection.end().channel().close();
            connection.socket().close();
        }
    }
}
