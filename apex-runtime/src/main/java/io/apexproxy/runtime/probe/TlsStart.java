package io.apexproxy.runtime.probe;

import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.engine.tls.TlsChannel;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.BackendTls;
import io.apexproxy.runtime.protocol.postgres.PostgresRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;

/** The start of TLS on a connected channel. On the loop's thread only. */
final class TlsStart {

    private static final ByteBuffer NOTHING_RECEIVED = ByteBuffer.allocate(0).asReadOnlyBuffer();
    private static final String PREFIX = "TLS handshake failed: ";
    /** Bounds the search in a cyclic chain of causes. */
    private static final int MAX_CAUSES = 10;

    private final ConnectAttempt attempt;
    private final BackendState backend;
    private final BackendTls tls;

    private TlsStart(ConnectAttempt attempt, BackendState backend, BackendTls tls) {
        this.attempt = attempt;
        this.backend = backend;
        this.tls = tls;
    }

    /** Requests TLS if the protocol of the pool needs that, performs the handshake and completes the attempt. */
    static void run(ConnectAttempt attempt, BackendState backend, BackendTls tls) {
        TlsStart start = new TlsStart(attempt, backend, tls);
        if (tls.starttls() == StartTls.POSTGRES) {
            attempt.write(ByteBuffer.wrap(PostgresRequest.ssl()), start::receiveAnswer, start::failed);
        } else {
            start.handshake();
        }
    }

    /** Reads one byte, because the next byte of the backend belongs to TLS. */
    private void receiveAnswer() {
        ByteBuffer answer = ByteBuffer.allocate(1);
        attempt.channel().read(answer, null, attempt.step(count -> {
            if (count == 0) {
                receiveAnswer();
            } else if (count < 0) {
                throw new IOException("the backend closed the connection after the SSLRequest");
            } else if (answer.get(0) == 'N') {
                throw new IOException("the backend has no TLS: it refused the SSLRequest");
            } else if (answer.get(0) != 'S') {
                throw new IOException("the backend does not know the SSLRequest of PostgreSQL");
            } else {
                handshake();
            }
        }, this::failed));
    }

    private void handshake() {
        int port = attempt.address() instanceof InetSocketAddress internet ? internet.getPort() : 0;
        try {
            TlsChannel channel = new TlsChannel(attempt.channel(), tls.context().newEngine(backend.host(), port),
                    attempt.probeLoop().tlsBuffers(), NOTHING_RECEIVED);
            attempt.setChannel(channel);
            channel.handshake(null, attempt.step(nothing -> attempt.complete(), this::failed));
        } catch (RuntimeException e) { // a defect of the TLS library
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        IOException reported = Failures.of(PREFIX, failure);
        attempt.fail(reported.getCause() == failure ? new IOException(PREFIX + reason(failure), failure) : reported);
    }

    /** Returns the reason in the certificate, which the JDK hides in causes, or the message of the failure. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof CertificateExpiredException) {
                return "the certificate has expired (" + cause.getMessage() + ")";
            } else if (cause instanceof CertificateNotYetValidException) {
                return "the certificate is not valid yet (" + cause.getMessage() + ")";
            } else if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
                return "the certificate is not trusted: " + Failures.reason(cause);
            }
            cause = cause.getCause();
        }
        return Failures.reason(failure);
    }
}
