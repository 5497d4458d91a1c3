package io.apexproxy.runtime.admin.http;

import java.util.Optional;

/** The answers to requests. Neither method throws: a failure is an answer, too. */
public interface HttpHandler {

    /**
     * Answers a request if that takes about no time. Called on the thread of the loop; must not block.
     *
     * @param request to answer
     * @return the answer; empty if {@link #render} has to make it
     */
    Optional<Response> immediate(HttpRequest request);

    /**
     * Answers a request that takes longer. Called on the thread of the renderer.
     *
     * @param request to answer
     * @return the answer
     */
    Response render(HttpRequest request);
}
