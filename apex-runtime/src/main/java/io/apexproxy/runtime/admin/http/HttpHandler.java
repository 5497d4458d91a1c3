package io.apexproxy.runtime.admin.http;

import java.util.Optional;

/** Source of the responses to requests. The methods do not throw: a failure is an error response. */
public interface HttpHandler {

    /**
     * Creates the response to a request if this is fast. Called on the thread of the loop; must not block.
     *
     * @param request the request
     * @return the response; empty if the renderer has to call {@link #render}
     */
    Optional<Response> immediateResponse(HttpRequest request);

    /**
     * Creates the response to a request if this takes longer. Called on the thread of the renderer.
     *
     * @param request the request
     * @return the response
     */
    Response render(HttpRequest request);
}
