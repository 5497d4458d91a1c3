package io.apexproxy.runtime.engine.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.engine.tls.TlsEnd.Received;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwoChannelsTest {

    private static final int BYTES = 50_000_000;
    private static final int BUFFER_BYTES = 64 * 1024;

    @AutoClose
    private final TlsNet net = new TlsNet();

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void channelsOfOneLoopExchangeLargeStreams(String version) throws Exception {
        byte[] sent = new byte[BYTES];
        new Random(19).nextBytes(sent);
        TlsEnd[] ends = net.connectChannels(Contexts.client(version), Contexts.server(version));
        Outcome<Void> handshake = ends[0].handshake();
        ends[1].handshake().result();
        handshake.result();

        Outcome<Received> received = ends[1].receiveAll(BUFFER_BYTES);
        Outcome<Received> answered = ends[0].receive(BUFFER_BYTES, BYTES);
        Outcome<Long> answer = ends[1].send(sent, BUFFER_BYTES, false);
        Outcome<Long> request = ends[0].send(sent, BUFFER_BYTES, false);

        assertThat(request.result()).isEqualTo(BYTES);
        assertThat(answer.result()).isEqualTo(BYTES);
        assertThat(answered.result()).isEqualTo(Received.of(sent));
        assertThat(ends[0].writeLast(ByteBuffer.allocate(0)).result()).isZero();
        assertThat(received.result()).isEqualTo(Received.of(sent));
    }
}
