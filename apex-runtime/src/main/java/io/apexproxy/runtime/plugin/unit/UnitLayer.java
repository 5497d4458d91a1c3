package io.apexproxy.runtime.plugin.unit;

import io.apexproxy.api.Provider;
import io.apexproxy.runtime.log.CleanText;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Validates the modules of a unit and creates its module layer. The JDK reports the validated errors late, unclearly or
 * not at all.
 */
public final class UnitLayer {

    /** A module with a copy of this package uses the copy, so ServiceLoader skips its providers silently. */
    private static final String API_PACKAGE = Provider.class.getPackageName();
    static final String API_MODULE = "io.apexproxy.api";

    /** The modules that are always those of the host, because plugins and the runtime exchange their types. */
    private static final Set<String> SHARED = Set.of(API_MODULE, "org.slf4j");

    private final ModuleLayer host;
    private final UnitFiles files;
    private final Map<String, UnitJar> modules = new LinkedHashMap<>();
    private final List<ModuleDescriptor> descriptors = new ArrayList<>();

    private UnitLayer(ModuleLayer host, UnitFiles files) {
        this.host = host;
        this.files = files;
    }

    /**
     * Creates the layer. Each jar becomes a module; a jar without a descriptor becomes an open module.
     *
     * @param jars the jars of the unit
     * @param host the layer of the runtime, which becomes the parent
     * @param files the open files of the unit, to which those of the layer are added
     * @return the layer
     * @throws UnitException if the validation fails or the JDK refuses the layer
     */
    public static ModuleLayer of(List<UnitJar> jars, ModuleLayer host, UnitFiles files) throws UnitException {
        UnitLayer unit = new UnitLayer(host, files);
        for (UnitJar jar : jars) {
            unit.add(jar);
        }
        unit.checkApi();
        unit.checkRequired();
        return unit.define();
    }

    private void add(UnitJar jar) throws UnitException {
        ModuleDescriptor module = jar.module();
        if (SHARED.contains(module.name())) {
            return;
        }
        UnitJar other = modules.put(module.name(), jar);
        if (other != null) {
            throw new UnitException("two jars contain module " + module.name() + ": "
                    + CleanText.piece(other.file().origin()) + " and " + CleanText.piece(jar.file().origin())
                    + "; remove one of them");
        }
        descriptors.add(module);
    }

    private void checkApi() throws UnitException {
        Module api = host.findModule(API_MODULE).orElseThrow(() -> new UnitException("the plugin is a module, but Apex"
                + " runs on the class path; start Apex on the module path, as bin/apex does"));
        Optional<ApiVersion> hostVersion = api.getDescriptor().rawVersion().flatMap(ApiVersion::parse);
        for (ModuleDescriptor module : descriptors) {
            if (module.packages().contains(API_PACKAGE)) {
                throw new UnitException("module " + module.name() + " contains a copy of apex-api, which hides the"
                        + " plugin from Apex; build the jar without it (in Maven: scope 'provided')");
            }
            Optional<ApiVersion> version = apiVersion(module).flatMap(ApiVersion::parse);
            if (version.isPresent() && hostVersion.isPresent() && !version.get().fits(hostVersion.get())) {
                throw new UnitException("built for apex-api " + version.get() + ", this is " + hostVersion.get());
            }
        }
    }

    /** Returns the version of apex-api that a module was compiled against; empty if the compiler did not record it. */
    public static Optional<String> apiVersion(ModuleDescriptor module) {
        return module.requires().stream().filter(requires -> requires.name().equals(API_MODULE))
                .flatMap(requires -> requires.rawCompiledVersion().stream()).findFirst();
    }

    private void checkRequired() throws UnitException {
        List<String> missing = new ArrayList<>();
        for (ModuleDescriptor module : descriptors) {
            for (Requires required : module.requires()) {
                boolean isOptional = required.modifiers().contains(Requires.Modifier.STATIC);
                boolean isPresent = modules.containsKey(required.name())
                        || host.findModule(required.name()).isPresent();
                if (!isOptional && !isPresent) {
                    missing.add("module " + module.name() + " requires " + required.name() + ", "
                            + remedy(required.name()));
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new UnitException(String.join("; ", missing));
        }
    }

    private static String remedy(String module) {
        return ModuleFinder.ofSystem().find(module).isPresent()
                ? "which the JDK contains but has not loaded: add --add-modules ALL-DEFAULT or --add-modules " + module
                        + " to the Java options"
                : "which is missing: put its jar and the jar of the plugin into one subdirectory of plugins/";
    }

    /**
     * Creates the layer. The modules of the unit, except the shared ones, take precedence over those of the host. So a
     * plugin uses its private version of a library.
     */
    private ModuleLayer define() throws UnitException {
        try {
            Configuration configuration = Configuration.resolve(
                    finder(), List.of(host.configuration()), ModuleFinder.of(), modules.keySet());
            ModuleLayer.Controller layer = ModuleLayer.defineModulesWithOneLoader(
                    configuration, List.of(host), ClassLoader.getPlatformClassLoader());
            addReads(layer);
            return layer.layer();
        } catch (RuntimeException e) { // such as ResolutionException; any failure affects this unit only
            throw new UnitException(e);
        }
    }

    /** Adds the reads of open modules: they read all other modules of the unit, and all others read them. */
    private static void addReads(ModuleLayer.Controller layer) {
        Set<Module> modules = layer.layer().modules();
        for (Module module : modules) {
            for (Module other : modules) {
                if (module.getDescriptor().isOpen() || other.getDescriptor().isOpen()) {
                    layer.addReads(module, other);
                }
            }
        }
    }

    private ModuleFinder finder() {
        Map<String, ModuleReference> references = new LinkedHashMap<>();
        modules.forEach((name, jar) -> jar.finder().find(name).ifPresent(module -> references.put(name,
                new UnitModule(jar.descriptor().isPresent() ? module : OpenModule.of(module, SHARED, host), files))));
        return new ModuleFinder() {
            @Override
            public Optional<ModuleReference> find(String name) {
                return Optional.ofNullable(references.get(name));
            }

            @Override
            public Set<ModuleReference> findAll() {
                return Set.copyOf(references.values());
            }
        };
    }
}
