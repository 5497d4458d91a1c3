package io.apexproxy.config.etcd;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Subscriber that collects the body of a response up to a limit; a longer body fails the response. */
final class BoundedBody implements HttpResponse.BodySubscriber<InputStream> {

    private final long limit;
    private final CompletableFuture<InputStream> body = new CompletableFuture<>();
    private final List<InputStream> parts = new ArrayList<>();
    private Flow.Subscription subscription;
    private long size;

    BoundedBody(long limit) {
        this.limit = limit;
    }

    /** Returns the exception for a response above the limit. */
    static IOException tooLong(long limit) {
        return new IOException("the response has more than " + limit + " bytes: raise max_bytes if this is expected");
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription buffers) {
        subscription = buffers;
        buffers.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            size += buffer.remaining();
            if (size > limit) { // also for buffers that arrive after the cancellation
                subscription.cancel();
                parts.clear();
                body.completeExceptionally(tooLong(limit));
                return;
            }
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            parts.add(new ByteArrayInputStream(bytes));
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(new SequenceInputStream(Collections.enumeration(parts)));
    }
}
