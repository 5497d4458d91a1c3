package io.apexproxy.dist.tls;

import io.apexproxy.dist.harness.ApexProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Sockets with the TLS of the JDK, which can half-close. OpenSSL's client and server cannot.
 *
 * @param context the certificate and the trusted authority
 */
record JdkTls(SSLContext context) {

    private static final char[] PASSWORD = {'x'};

    /** Creates a client that trusts an authority. */
    static JdkTls client(Authority authority) {
        return of(null, authority);
    }

    /** Creates a server with the EC key of a certificate. */
    static JdkTls server(KeyPairFiles files, Authority authority) {
        try {
            KeyStore store = empty();
            byte[] key =
                    Base64.getMimeDecoder().decode(Files.readString(files.key()).replaceAll("-----[^-]*-----", ""));
            store.setKeyEntry("own", KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
                    PASSWORD, new Certificate[] {certificate(files.certificate())});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            return of(keys.getKeyManagers(), authority);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JdkTls of(KeyManager[] keys, Authority authority) {
        try {
            KeyStore store = empty();
            store.setCertificateEntry("authority", certificate(authority.file()));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust.getTrustManagers(), null);
            return new JdkTls(context);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Certificate certificate(Path file) throws GeneralSecurityException, IOException {
        try (InputStream pem = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    /** Connects to a port of 127.0.0.1, requests and verifies a name, and completes the handshake. */
    SSLSocket connect(int port, String name, String version) throws IOException {
        return secure(new Socket(InetAddress.getLoopbackAddress(), port), name, version);
    }

    /** Completes the handshake on a connected socket, which stays open when the result is closed. */
    SSLSocket secure(Socket socket, String name, String version) throws IOException {
        socket.setSoTimeout((int) ApexProcess.PATIENCE.toMillis());
        var secured = (SSLSocket) context.getSocketFactory().createSocket(socket, name, socket.getPort(), true);
        try {
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {version});
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            return secured;
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }

    /** Completes the handshake of a server on an accepted socket. Closing the result does not close the socket. */
    SSLSocket accept(Socket socket) throws IOException {
        socket.setSoTimeout((int) ApexProcess.PATIENCE.toMillis());
        var secured = (SSLSocket) context.getSocketFactory().createSocket(socket,
                InputStream.nullInputStream(), false);
        secured.setUseClientMode(false);
        secured.startHandshake();
        return secured;
    }

    /** Returns the organization in the certificate of the server. */
    static String organization(SSLSocket socket) throws IOException {
        return socket.getSession().getPeerPrincipal().getName().replaceFirst(".*O=([^,]*).*", "$1");
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
