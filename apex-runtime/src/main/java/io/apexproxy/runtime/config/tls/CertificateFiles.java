package io.apexproxy.runtime.config.tls;

import java.util.Optional;

/** The files of a certificate, its issuers and its private key. */
public sealed interface CertificateFiles {

    /**
     * Files in PEM.
     *
     * @param certificates the certificate, followed by those of its issuers
     * @param key its private key
     * @param keyPassword a file with the password of the key; empty: the key is not encrypted
     */
    record Pem(FileSetting certificates, FileSetting key, Optional<FileSetting> keyPassword)
            implements CertificateFiles {
    }

    /**
     * A key store in PKCS #12.
     *
     * @param store the store, with one private key
     * @param password a file with the password of the store
     */
    record Store(FileSetting store, FileSetting password) implements CertificateFiles {
    }
}
