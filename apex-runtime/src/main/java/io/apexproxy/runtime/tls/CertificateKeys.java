package io.apexproxy.runtime.tls;

import io.apexproxy.runtime.certificate.ServerCertificate;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The choice among certificates by the type of their keys. Immutable; any thread.
 *
 * <p>The TLS library asks for each type of key that the other side accepts, in the order of preference. Unlike the key
 * manager of the JDK, this one does not compare names, because {@code CertificateTable} has done so, and it leaves out
 * no certificate because of the signatures of its issuers (RFC 8446, section 4.4.2.2, recommends to send it).
 */
final class CertificateKeys extends X509ExtendedKeyManager {

    private final List<ServerCertificate> certificates;

    /** Creates a choice among certificates; of two with the same type of key, the first valid one is used. */
    CertificateKeys(List<ServerCertificate> certificates) {
        this.certificates = List.copyOf(certificates);
    }

    private String[] aliases(String keyType) {
        return IntStream.range(0, certificates.size()).filter(index -> hasType(index, keyType))
                .mapToObj(Integer::toString).toArray(String[]::new);
    }

    private boolean hasType(int index, String keyType) {
        return certificates.get(index).leaf().getPublicKey().getAlgorithm().equals(keyType);
    }

    /** Returns the first certificate that has not expired, or else the first one; null if none has the type. */
    private String choose(String keyType) {
        String first = null;
        Instant now = Instant.now();
        for (int index = 0; index < certificates.size(); index++) {
            if (hasType(index, keyType)) {
                if (now.isBefore(certificates.get(index).expiry())) {
                    return Integer.toString(index);
                }
                first = first == null ? Integer.toString(index) : first;
            }
        }
        return first;
    }

    private String choose(String[] keyTypes) {
        for (String keyType : keyTypes) {
            String alias = choose(keyType);
            if (alias != null) {
                return alias;
            }
        }
        return null;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return choose(keyType);
    }

    /** Ignores the issuers: a server that does not trust the certificate reports that, and one can list none. */
    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return choose(keyTypes);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return choose(keyType);
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return choose(keyTypes);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return aliases(keyType);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return aliases(keyType);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return find(alias).map(found -> found.chain().toArray(X509Certificate[]::new)).orElse(null);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return find(alias).map(ServerCertificate::key).orElse(null);
    }

    private Optional<ServerCertificate> find(String alias) {
        return alias == null ? Optional.empty() : Optional.of(certificates.get(Integer.parseInt(alias)));
    }
}
