package io.apexproxy.runtime.relay.opening;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.postgres.PostgresRequest;
import io.apexproxy.runtime.protocol.postgres.PostgresRequestParser;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Reader of the requests that a PostgreSQL client can send before TLS. It agrees to TLS and declines GSSAPI encryption,
 * each once, as a server does. Other bytes are passed on.
 */
public final class PostgresRequestReader implements FirstBytesReader {

    private static final byte[] AGREED = {'S'};
    private static final byte[] DECLINED = {'N'};

    private final Consumer<Boolean> receiver;
    private boolean hasDeclined;

    /** Creates a reader. The receiver gets whether the client has requested TLS. */
    public PostgresRequestReader(Consumer<Boolean> receiver) {
        this.receiver = receiver;
    }

    @Override
    public Result read(ByteBuffer bytes) {
        if (!(PostgresRequestParser.parse(bytes) instanceof ParseResult.Complete<PostgresRequest> complete)) {
            return new NeedMore();
        }
        if (complete.value() == PostgresRequest.GSS_ENCRYPTION && !hasDeclined) {
            hasDeclined = true;
            return new Answer(complete.length(), DECLINED, false);
        }
        boolean requestsTls = complete.value() == PostgresRequest.SSL;
        receiver.accept(requestsTls);
        return requestsTls ? new Answer(complete.length(), AGREED, true) : new Done(0);
    }
}
