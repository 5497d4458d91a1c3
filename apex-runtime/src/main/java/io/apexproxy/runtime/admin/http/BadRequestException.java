package io.apexproxy.runtime.admin.http;

/** A request that breaks the rules of HTTP, or that needs what the endpoint does not have. */
final class BadRequestException extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;

    BadRequestException(int status, String message) {
        super(message, null, false, false); // a stack trace would cost more than the answer
        this.status = status;
    }

    Response response() {
        return Response.text(status, getMessage());
    }
}
