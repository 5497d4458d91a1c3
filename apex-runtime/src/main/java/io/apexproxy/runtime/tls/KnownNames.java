package io.apexproxy.runtime.tls;

import io.apexproxy.runtime.protocol.tls.ServerNames;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.StandardConstants;

/** A matcher of the names that certificates have. The TLS library refuses others with {@code unrecognized_name}. */
final class KnownNames extends SNIMatcher {

    private final Predicate<String> isKnown;

    /** Creates a matcher of the normalized names for which the predicate is true. */
    KnownNames(Predicate<String> isKnown) {
        super(StandardConstants.SNI_HOST_NAME);
        this.isKnown = isKnown;
    }

    @Override
    public boolean matches(SNIServerName serverName) {
        return serverName.getType() == StandardConstants.SNI_HOST_NAME && isKnown
                .test(ServerNames.normalize(new String(serverName.getEncoded(), StandardCharsets.ISO_8859_1)));
    }
}
