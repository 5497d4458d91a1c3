package io.apexproxy.runtime.admin.http;

import java.util.Optional;

/** Source of the responses to requests. The methods do not throw: a failure is an error response. */
public interface HttpHandler {

    /**
     * Creates the response if this is fast; empty if the renderer has to call {@link #render}. Called on the thread of
     * the loop; must not block.
     */
    Optional<Response> immediateResponse(HttpRequest request);

    /** Creates the response if this takes longer. Called on the thread of the renderer. */
    Response render(HttpRequest request);
}
