package io.apexproxy.runtime.relay.opening;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader;
import io.apexproxy.runtime.protocol.proxy.ProxyHeaderParser;
import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reader of a PROXY protocol header. */
public final class ProxyHeaderReader implements FirstBytesReader {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final Function<ParsedProxyHeader, Optional<Cause>> receiver;

    /** Creates a reader. The receiver returns the cause if it refuses the connection because of the header. */
    public ProxyHeaderReader(Function<ParsedProxyHeader, Optional<Cause>> receiver) {
        this.receiver = receiver;
    }

    @Override
    public Result read(ByteBuffer bytes) {
        ParseResult<ParsedProxyHeader> result = ProxyHeaderParser.parse(bytes);
        if (result instanceof ParseResult.Incomplete) {
            return new NeedMore();
        }
        if (result instanceof ParseResult.Complete<ParsedProxyHeader> complete) {
            return receiver.apply(complete.value()).<Result>map(Refused::new)
                    .orElseGet(() -> new Done(complete.length()));
        }
        LOG.debug("PROXY header refused: {}", ((ParseResult.Invalid<?>) result).reason());
        return new Refused(Cause.PROXY_HEADER);
    }

    @Override
    public Cause incompleteCause() {
        return Cause.PROXY_HEADER;
    }
}
