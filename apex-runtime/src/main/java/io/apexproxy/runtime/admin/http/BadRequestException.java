package io.apexproxy.runtime.admin.http;

/** A request that violates HTTP, or that needs an unsupported part of HTTP. */
final class BadRequestException extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;

    BadRequestException(int status, String message) {
        super(message, null, false, false); // a stack trace would cost more than the response
        this.status = status;
    }

    Response response() {
        return Response.text(status, getMessage());
    }
}
