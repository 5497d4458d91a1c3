package io.apexproxy.config.etcd;

/** A failure of one endpoint; another attempt or endpoint can succeed. */
final class UnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Creates an exception; the message starts with the endpoint. */
    UnavailableException(String message) {
        super(message);
    }
}
