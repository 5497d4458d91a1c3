package io.apexproxy.runtime.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** The same decision about all certificates. Immutable; any thread. */
final class FixedTrust extends X509ExtendedTrustManager {

    /** Accepts all certificates, with {@code verify = false}. */
    static final FixedTrust ALL = new FixedTrust(true);
    /** Accepts none, where the other side is not asked for a certificate. */
    static final FixedTrust NONE = new FixedTrust(false);

    private final boolean accepts;

    private FixedTrust(boolean accepts) {
        this.accepts = accepts;
    }

    private void check() throws CertificateException {
        if (!accepts) {
            throw new CertificateException("no certificate is accepted");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
