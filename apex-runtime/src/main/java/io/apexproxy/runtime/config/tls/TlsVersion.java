package io.apexproxy.runtime.config.tls;

/** A version of TLS that a connection can have at least. */
public enum TlsVersion {
    /** TLS 1.2. */
    TLS_1_2("1.2", "TLSv1.2"),
    /** TLS 1.3. */
    TLS_1_3("1.3", "TLSv1.3");

    private final String text;
    private final String protocol;

    TlsVersion(String text, String protocol) {
        this.text = text;
        this.protocol = protocol;
    }

    /** Returns the version in the configuration. */
    public String text() {
        return text;
    }

    /** Returns the name of the version in the JDK. */
    public String protocol() {
        return protocol;
    }
}
