package io.apexproxy.runtime.engine.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** TLS sockets of the JDK, as peers. */
final class TlsSockets {

    private static final int BUFFER_BYTES = 10_000;

    private TlsSockets() {
    }

    /** Returns a TLS socket over a connected one. */
    static SSLSocket over(Socket socket, String version, boolean isClient) throws IOException {
        SSLContext context = isClient ? Contexts.ANONYMOUS : Contexts.SERVER;
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, "a.example", 443, true);
        secured.setUseClientMode(isClient);
        secured.setEnabledProtocols(new String[] {version});
        return secured;
    }

    /** Reads to the end of the stream. Returns the bytes and sends them back; with TLS 1.2 each part at once. */
    static byte[] echo(SSLSocket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count; (count = socket.getInputStream().read(buffer)) >= 0;) {
            all.write(buffer, 0, count);
            socket.getOutputStream().write(buffer, 0, count);
        }
        socket.shutdownOutput();
        return all.toByteArray();
    }
}
