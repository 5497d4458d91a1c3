package io.apexproxy.config.etcd;

/** An endpoint gave no answer, or one that another attempt or another endpoint may better. */
final class UnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Says what is the matter, beginning with the endpoint. */
    UnavailableException(String message) {
        super(message);
    }
}
