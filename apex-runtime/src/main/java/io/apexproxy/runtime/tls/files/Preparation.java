package io.apexproxy.runtime.tls.files;

import io.apexproxy.api.Origin;
import io.apexproxy.runtime.certificate.CertificateContent;
import io.apexproxy.runtime.certificate.CertificateFileException;
import io.apexproxy.runtime.certificate.CertificateReader;
import io.apexproxy.runtime.certificate.CertificateUpdate;
import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.certificate.TrustedIssuers;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.tls.CertificateFiles;
import io.apexproxy.runtime.config.tls.ClientCertificates;
import io.apexproxy.runtime.config.tls.FileSetting;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tls.PoolTls;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.tls.TlsProvider;
import io.apexproxy.runtime.tls.files.FileUse.Owner;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The reading of the files of a configuration. It reuses the running objects with the same settings, and the content
 * of files that are in use, so that a reload does not depend on files that are just being replaced. Confined to one
 * thread.
 */
final class Preparation {

    private final Path directory;
    private final TlsProvider library;
    private final PreparedTls running;
    private final Problems problems;
    /** Files in use, and those that were read here, by their settings. */
    private final Map<Object, WatchedFiles<?>> known = new HashMap<>();
    private final Map<String, WatchedListener> listeners = new LinkedHashMap<>();
    private final Map<String, WatchedPool> pools = new LinkedHashMap<>();
    private final List<FileUse> uses = new ArrayList<>();
    private final PreparationWarnings warnings = new PreparationWarnings();

    Preparation(Path directory, TlsProvider library, PreparedTls running, Problems problems) {
        this.directory = directory;
        this.library = library;
        this.running = running;
        this.problems = problems;
        running.uses().forEach(use -> known.put(use.identity(), use.files()));
    }

    /** Reads the files of listeners and pools. Adds all mistakes to the problems. Blocks. */
    PreparedTls prepare(List<ListenerConfig> listenerConfigs, List<PoolConfig> poolConfigs) {
        listenerConfigs.forEach(listener -> listener.tls().ifPresent(tls -> addListener(listener.name(), tls)));
        poolConfigs.forEach(pool -> pool.tls().ifPresent(tls -> addPool(pool.name(), tls)));
        return new PreparedTls(listeners, pools, uses, warnings.list());
    }

    private void addListener(String name, ListenerTls tls) {
        Owner owner = new Owner(true, name);
        List<WatchedFiles<ServerCertificate>> certificates = tls.certificates().stream()
                .flatMap(files -> certificate(owner, files).stream()).toList();
        Optional<FileSetting> issuersFile = tls.clientCertificates().map(ClientCertificates::caFile);
        Optional<WatchedFiles<TrustedIssuers>> issuers = issuersFile.flatMap(file -> issuers(owner, file));
        if (certificates.isEmpty() || certificates.size() < tls.certificates().size()
                || issuers.isPresent() != issuersFile.isPresent()) {
            return; // the problems have the reasons
        }
        WatchedListener present = running.listeners().get(name);
        if (present != null && present.settings().equals(tls)) {
            listeners.put(name, present);
            return;
        }
        try {
            listeners.put(name, new WatchedListener(tls, certificates, issuers, library));
        } catch (IllegalStateException e) {
            add(first(tls.certificates().get(0)), e.getMessage());
        }
    }

    private void addPool(String name, PoolTls tls) {
        Owner owner = new Owner(false, name);
        Optional<WatchedFiles<ServerCertificate>> certificate = tls.certificate()
                .flatMap(files -> certificate(owner, files));
        Optional<WatchedFiles<TrustedIssuers>> issuers = tls.caFile().flatMap(file -> issuers(owner, file));
        if (certificate.isPresent() != tls.certificate().isPresent()
                || issuers.isPresent() != tls.caFile().isPresent()) {
            return; // the problems have the reasons
        }
        WatchedPool present = running.pools().get(name);
        if (!tls.verify() && (present == null || present.settings().verify())) {
            warnings.addUnverified(name);
        }
        if (present != null && present.settings().equals(tls)) {
            pools.put(name, present);
            return;
        }
        try {
            pools.put(name, new WatchedPool(tls, certificate, issuers, library));
        } catch (IllegalStateException e) {
            tls.certificate().map(CertificateFiles.Pem::certificates).or(tls::caFile).ifPresentOrElse(
                    file -> add(file, e.getMessage()),
                    () -> problems.add(Origin.of("pools." + name + ".tls"), e.getMessage()));
        }
    }

    @SuppressWarnings("unchecked") // the type of the settings determines that of the content
    private Optional<WatchedFiles<ServerCertificate>> certificate(Owner owner, CertificateFiles files) {
        WatchedFiles<?> present = known.get(files);
        if (present != null) {
            uses.add(new FileUse(owner, files, first(files), present));
            return Optional.of((WatchedFiles<ServerCertificate>) present);
        }
        List<FileSetting> settings = settings(files);
        Optional<List<Path>> paths = paths(settings);
        if (paths.isEmpty()) {
            return Optional.empty();
        }
        Optional<WatchedFiles<ServerCertificate>> read = read(settings, paths.get(), reader(files, paths.get()));
        read.ifPresent(watched -> {
            known.put(files, watched);
            FileUse use = new FileUse(owner, files, first(files), watched);
            uses.add(use);
            warnings.addExpiry(use, Instant.now());
            for (int index = files instanceof CertificateFiles.Pem ? 1 : 0; index < settings.size(); index++) {
                warnings.addPermissions(settings.get(index), paths.get().get(index));
            }
        });
        return read;
    }

    @SuppressWarnings("unchecked") // as above
    private Optional<WatchedFiles<TrustedIssuers>> issuers(Owner owner, FileSetting file) {
        WatchedFiles<?> present = known.get(file);
        if (present == null) {
            Optional<List<Path>> paths = paths(List.of(file));
            present = paths.flatMap(path -> this.<TrustedIssuers>read(List.of(file), path,
                    () -> new TrustedIssuers(CertificateReader.readCertificates(path.get(0))))).orElse(null);
        }
        if (present == null) {
            return Optional.empty();
        }
        known.put(file, present);
        uses.add(new FileUse(owner, file, file, present));
        return Optional.of((WatchedFiles<TrustedIssuers>) present);
    }

    private <T extends CertificateContent> Optional<WatchedFiles<T>> read(List<FileSetting> settings,
            List<Path> paths, CertificateUpdate.Reader<T> reader) {
        try {
            return Optional.of(new WatchedFiles<>(paths, reader));
        } catch (CertificateFileException e) {
            int index = 0;
            while (index < paths.size() - 1 && !e.isAbout(paths.get(index))) {
                index++;
            }
            add(settings.get(index), e.getMessage());
            return Optional.empty();
        }
    }

    private static CertificateUpdate.Reader<ServerCertificate> reader(CertificateFiles files, List<Path> paths) {
        return files instanceof CertificateFiles.Pem
                ? () -> CertificateReader.readPem(paths.get(0), paths.get(1), paths.stream().skip(2).findFirst())
                : () -> CertificateReader.readStore(paths.get(0), paths.get(1));
    }

    private static FileSetting first(CertificateFiles files) {
        return settings(files).get(0);
    }

    private static List<FileSetting> settings(CertificateFiles files) {
        return files instanceof CertificateFiles.Pem pem
                ? Stream.concat(Stream.of(pem.certificates(), pem.key()), pem.keyPassword().stream()).toList()
                : List.of(((CertificateFiles.Store) files).store(), ((CertificateFiles.Store) files).password());
    }

    private Optional<List<Path>> paths(List<FileSetting> settings) {
        List<Path> paths = new ArrayList<>();
        for (FileSetting setting : settings) {
            try {
                paths.add(directory.resolve(setting.path()));
            } catch (InvalidPathException e) {
                add(setting, "expected a path, found one with invalid characters");
            }
        }
        return paths.size() == settings.size() ? Optional.of(paths) : Optional.empty();
    }

    private void add(FileSetting setting, String message) {
        problems.add(setting.origin(), setting.key() + ": " + message);
    }
}
