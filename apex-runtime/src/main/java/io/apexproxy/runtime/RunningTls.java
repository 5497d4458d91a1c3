package io.apexproxy.runtime;

import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.snapshot.TlsView;
import io.apexproxy.runtime.tls.files.CertificateStatus;
import io.apexproxy.runtime.tls.files.TlsFiles;
import java.util.List;
import java.util.Optional;

/** The files of TLS of the running configuration. One thread at a time changes them; any thread reads them. */
final class RunningTls {

    private volatile Optional<TlsFiles> files = Optional.empty();

    /** Returns the files; empty if no configuration has used TLS so far. */
    Optional<TlsFiles> files() {
        return files;
    }

    /** Watches the files of a configuration that is now in use. */
    void commit(PreparedConfig prepared) {
        if (prepared.tls().isPresent()) {
            TlsSetup setup = prepared.tls().get();
            setup.files().commit(setup.prepared());
            files = Optional.of(setup.files());
        }
    }

    /** Returns the certificates in use. */
    List<TlsView.CertificateView> certificates() {
        return files.isEmpty() ? List.of() : files.get().certificates().stream().map(RunningTls::view).toList();
    }

    private static TlsView.CertificateView view(CertificateStatus status) {
        return new TlsView.CertificateView(status.isListener() ? status.owner() : "",
                status.isListener() ? "" : status.owner(), status.label(), status.names(), status.expiry(),
                status.problem().map(CleanText::message).orElse(""));
    }

    /** Ends the watch. */
    void close() {
        if (files.isPresent()) { // a method reference would load the class
            files.get().close();
        }
    }
}
