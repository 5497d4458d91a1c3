package io.apexproxy.runtime.relay.opening;

import io.apexproxy.api.ClientHello;
import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.tls.ClientHelloParser;
import io.apexproxy.runtime.protocol.tls.ParsedClientHello;
import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reader of the ClientHello of TLS. The bytes are passed on. */
public final class ClientHelloReader implements FirstBytesReader {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final Consumer<Optional<ClientHello>> receiver;
    private final boolean isRequired;
    private final ClientHelloParser parser = new ClientHelloParser();

    /**
     * Creates a reader.
     *
     * @param receiver gets an empty value if the client does not begin with TLS
     * @param isRequired whether a client that does not begin with TLS is refused
     */
    public ClientHelloReader(Consumer<Optional<ClientHello>> receiver, boolean isRequired) {
        this.receiver = receiver;
        this.isRequired = isRequired;
    }

    @Override
    public Result read(ByteBuffer bytes) {
        ParseResult<Optional<ParsedClientHello>> result = parser.parse(bytes);
        if (result instanceof ParseResult.Incomplete) {
            return new NeedMore();
        }
        if (result instanceof ParseResult.Complete<Optional<ParsedClientHello>> complete) {
            if (isRequired && complete.value().isEmpty()) {
                LOG.debug("ClientHello refused: the client has requested TLS, but does not begin with it");
                return new Refused(Cause.HELLO);
            }
            receiver.accept(complete.value().map(hello -> hello));
            return new Done(complete.length());
        }
        LOG.debug("ClientHello refused: {}", ((ParseResult.Invalid<?>) result).reason());
        return new Refused(Cause.HELLO);
    }

    @Override
    public Cause incompleteCause() {
        return Cause.HELLO;
    }
}
