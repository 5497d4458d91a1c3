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
 * Makes the module layer of a unit, after everything was checked that Java would report in words of its own, late, or
 * not at all.
 */
public final class UnitLayer {

    /** A module that brings a copy of this package sees none of Apex's, and ServiceLoader skips it without a word. */
    private static final String API_PACKAGE = Provider.class.getPackageName();
    static final String API_MODULE = "io.apexproxy.api";

    /** Always the host's, whatever the unit brings along: plugins and the runtime exchange their types. */
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
     * Makes the layer. All jars are modules of it, those without a descriptor as open ones.
     *
     * @param jars of the unit
     * @param host the layer of the runtime, which becomes the parent
     * @param files the open files of the unit, which those of the layer are added to
     * @return the layer
     * @throws UnitException if a check fails or Java refuses the layer
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
        UnitJar twin = modules.put(module.name(), jar);
        if (twin != null) {
            throw new UnitException("two jars are module " + module.name() + ": "
                    + CleanText.piece(twin.file().origin()) + " and " + CleanText.piece(jar.file().origin())
                    + "; remove one of them");
        }
        descriptors.add(module);
    }

    private void checkApi() throws UnitException {
        Module api = host.findModule(API_MODULE).orElseThrow(() -> new UnitException("the plugin is a module, but Apex"
                + " runs on the class path here; start it from the module path, as bin/apex does"));
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

    /**
     * Returns the version of apex-api that a module was compiled against.
     *
     * @param module its descriptor
     * @return the version; empty if the compiler did not know it
     */
    public static Optional<String> apiVersion(ModuleDescriptor module) {
        return module.requires().stream().filter(requires -> requires.name().equals(API_MODULE))
                .flatMap(requires -> requires.rawCompiledVersion().stream()).findFirst();
    }

    private void checkRequired() throws UnitException {
        List<String> missing = new ArrayList<>();
        for (ModuleDescriptor module : descriptors) {
            for (Requires required : module.requires()) {
                boolean optional = required.modifiers().contains(Requires.Modifier.STATIC);
                boolean there = modules.containsKey(required.name()) || host.findModule(required.name()).isPresent();
                if (!optional && !there) {
                    missing.add("module " + module.name() + " requires " + required.name() + ", "
                            + wayOut(required.name()));
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new UnitException(String.join("; ", missing));
        }
    }

    private static String wayOut(String module) {
        return ModuleFinder.ofSystem().find(module).isPresent()
                ? "which this Java has but did not start with: add --add-modules ALL-DEFAULT or --add-modules " + module
                        + " to its options"
                : "which is missing: put its jar beside the plugin's, both in a directory of their own in plugins/";
    }

    /**
     * The unit's modules are found before the host's, except the shared ones: a private library stays the version that
     * the plugin was built with, also when the host has another.
     */
    private ModuleLayer define() throws UnitException {
        try {
            Configuration configuration = Configuration.resolve(
                    finder(), List.of(host.configuration()), ModuleFinder.of(), modules.keySet());
            ModuleLayer.Controller layer = ModuleLayer.defineModulesWithOneLoader(
                    configuration, List.of(host), ClassLoader.getPlatformClassLoader());
            connect(layer);
            return layer.layer();
        } catch (RuntimeException e) { // ResolutionException and its like: whatever it is, it harms this unit only
            throw new UnitException(e);
        }
    }

    /** Modules without a descriptor say nothing about their neighbours: they see them all and are seen by all. */
    private static void connect(ModuleLayer.Controller layer) {
        Set<Module> modules = layer.layer().modules();
        for (Module module : modules) {
            for (Module neighbour : modules) {
                if (module.getDescriptor().isOpen() || neighbour.getDescriptor().isOpen()) {
                    layer.addReads(module, neighbour);
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
