/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/dpdk/device.h"

#include <string.h>

#include <rte_ethdev.h>

#define STANDARD_LIMIT 1518u  /* a frame of 1 500 bytes with a VLAN tag */
#define ETHERNET_OVERHEAD 18u /* header and VLAN tag */

static bool
refuse(const struct request *request, const char *step, int code, struct err *err)
{
	return err_set(err, "--port %s: DPDK cannot %s: %s", request->text, step,
		rte_strerror(code < 0 ? -code : code));
}

static bool
configure(const struct request *request, uint16_t id, uint64_t limit, struct rte_eth_dev_info *info,
	struct err *err)
{
	struct rte_eth_conf conf;
	int code = rte_eth_dev_info_get(id, info);

	memset(&conf, 0, sizeof conf);
	if (code != 0)
		return refuse(request, "describe the device", code, err);
	if (limit > STANDARD_LIMIT) {
		conf.rxmode.mtu = (uint32_t)limit - ETHERNET_OVERHEAD;
		if (conf.rxmode.mtu > info->max_mtu)
			conf.rxmode.mtu = info->max_mtu;
	}
	/* All buffers come from one pool and have one owner, which is what this asks for. */
	conf.txmode.offloads = info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	code = rte_eth_dev_configure(id, 1, 1, &conf);
	return code == 0 || refuse(request, "configure the device", code, err);
}

static bool
set_up_queues(const struct request *request, uint16_t id, struct rte_mempool *pool,
	const struct rte_eth_dev_info *info, struct err *err)
{
	const unsigned socket = (unsigned)rte_eth_dev_socket_id(id);
	uint16_t rx = DEVICE_RX_RING, tx = DEVICE_TX_RING;
	struct rte_eth_txconf sending = info->default_txconf;
	int code = rte_eth_dev_adjust_nb_rx_tx_desc(id, &rx, &tx);

	if (code != 0)
		return refuse(request, "size its queues", code, err);
	code = rte_eth_rx_queue_setup(id, 0, rx, socket, NULL, pool);
	if (code != 0)
		return refuse(request, "set up its receive queue", code, err);
	sending.offloads = info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	code = rte_eth_tx_queue_setup(id, 0, tx, socket, &sending);
	return code == 0 || refuse(request, "set up its transmit queue", code, err);
}

bool
device_start(const struct request *request, struct rte_mempool *pool, uint64_t limit, uint16_t *id,
	struct err *err)
{
	struct rte_eth_dev_info info;
	int code = rte_eth_dev_get_port_by_name(request->name, id);

	if (code != 0)
		return err_set(err, "--port %s: DPDK did not open this device; is the name right, and may you use it "
			"(root, or CAP_NET_RAW)? --verbose shows DPDK's own messages", request->text);
	if (!configure(request, *id, limit, &info, err) || !set_up_queues(request, *id, pool, &info, err))
		return false;
	code = rte_eth_dev_start(*id);
	if (code != 0)
		return refuse(request, "start the device", code, err);
	/* A network function sees what is on the wire, not only what is addressed to the card. Devices
	 * without such a filter say so, and need nothing. */
	code = rte_eth_promiscuous_enable(*id);
	if (code == 0 || code == -ENOTSUP)
		return true;
	rte_eth_dev_stop(*id);
	return refuse(request, "receive what is not addressed to the device", code, err);
}

uint64_t
device_missed(uint16_t id)
{
	struct rte_eth_stats stats;

	return rte_eth_stats_get(id, &stats) == 0 ? stats.imissed + stats.rx_nombuf : 0;
}

void
device_stop(uint16_t id)
{
	rte_eth_dev_stop(id);
	rte_eth_dev_close(id);
}
