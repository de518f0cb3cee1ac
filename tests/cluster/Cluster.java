import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** One node of the test cluster: NAME HTTP_PORT TRANSPORT_PORT FOLDER SEED_PORTS. All its addresses are on 127.0.0.1. */
public final class Cluster extends Node {
    private Cluster(Environment environment) {
        super(environment, List.of(Netty4Plugin.class, ReindexPlugin.class), true);
    }

    public static void main(String[] args) throws Exception {
        String[] seeds = args[4].split(",");
        List<String> hosts = java.util.Arrays.stream(seeds).map(port -> "127.0.0.1:" + port).toList();
        Settings settings =
                Settings.builder()
                        .put("cluster.name", "fumikura-tests")
                        .put("node.name", args[0])
                        .put("path.home", args[3])
                        .put("network.host", "127.0.0.1")
                        .put("http.port", args[1])
                        .put("transport.port", args[2])
                        .putList("discovery.seed_hosts", hosts)
                        .putList("cluster.initial_cluster_manager_nodes", "node1", "node2", "node3")
                        .put("cluster.routing.allocation.disk.threshold_enabled", false)
                        .put("node.processors", 2)
                        .build();
        Path config = Path.of(args[3], "config");
        java.nio.file.Files.createDirectories(config);
        Cluster node = new Cluster(new Environment(settings, config));
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    try {
                                        node.close();
                                    } catch (java.io.IOException error) {
                                        System.err.println(error);
                                    }
                                    ended.countDown();
                                }));
        node.start();
        System.out.println("started " + args[0]);
        ended.await();
    }
}
