/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/dpdk/telemetry.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include <rte_telemetry.h>

#define WAIT_SECONDS 2

/* The mutex guards figures and answers; asked is also read without it, to keep turns cheap. */
static struct {
	pthread_mutex_t mutex;
	pthread_cond_t answered;
	atomic_bool asked;
	uint64_t answers;
	struct figures figures;
} telemetry = { .mutex = PTHREAD_MUTEX_INITIALIZER, .answered = PTHREAD_COND_INITIALIZER };

bool
telemetry_is_asked(void)
{
	return atomic_load_explicit(&telemetry.asked, memory_order_relaxed);
}

void
telemetry_answer(const struct figures *figures)
{
	pthread_mutex_lock(&telemetry.mutex);
	telemetry.figures = *figures;
	telemetry.answers++;
	atomic_store(&telemetry.asked, false);
	pthread_cond_broadcast(&telemetry.answered);
	pthread_mutex_unlock(&telemetry.mutex);
}

/* Waits, with the mutex held, for figures taken after this call. */
static bool
ask(void)
{
	const uint64_t before = telemetry.answers;
	struct timespec deadline;
	int code = 0;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += WAIT_SECONDS;
	atomic_store(&telemetry.asked, true);
	while (telemetry.answers == before && code == 0)
		code = pthread_cond_timedwait(&telemetry.answered, &telemetry.mutex, &deadline);
	return telemetry.answers != before;
}

static void
add_port(struct rte_tel_data *reply, uint64_t port)
{
	struct rte_tel_data *const one = rte_tel_data_alloc();
	struct figures_counter counter;
	char name[24];

	if (one == NULL)
		return;
	rte_tel_data_start_dict(one);
	for (size_t i = 0; (counter = figures_counter(&telemetry.figures, port, i)).name != NULL; i++)
		rte_tel_data_add_dict_u64(one, counter.name, counter.value);
	snprintf(name, sizeof name, "%" PRIu64, port);
	rte_tel_data_add_dict_container(reply, name, one, 0);
}

static int
answer_ports(const char *command, const char *parameters, struct rte_tel_data *reply)
{
	bool answered;

	(void)command;
	(void)parameters;
	rte_tel_data_start_dict(reply);
	pthread_mutex_lock(&telemetry.mutex);
	answered = ask();
	for (uint64_t port = 0; answered && port < telemetry.figures.ports; port++)
		add_port(reply, port);
	pthread_mutex_unlock(&telemetry.mutex);
	return answered ? 0 : -1;
}

static void
add_object(struct rte_tel_data *reply, const struct figures_object *object)
{
	struct rte_tel_data *const one = rte_tel_data_alloc();

	if (one == NULL)
		return;
	rte_tel_data_start_dict(one);
	rte_tel_data_add_dict_string(one, "kind", object->kind);
	rte_tel_data_add_dict_u64(one, "live", object->figures.live);
	rte_tel_data_add_dict_u64(one, "capacity", object->figures.capacity);
	rte_tel_data_add_dict_u64(one, "refused", object->figures.refused);
	rte_tel_data_add_dict_container(reply, object->name, one, 0);
}

static int
answer_objects(const char *command, const char *parameters, struct rte_tel_data *reply)
{
	bool answered;

	(void)command;
	(void)parameters;
	rte_tel_data_start_dict(reply);
	pthread_mutex_lock(&telemetry.mutex);
	answered = ask();
	for (uint64_t i = 0; answered && i < telemetry.figures.objects; i++)
		add_object(reply, &telemetry.figures.object[i]);
	pthread_mutex_unlock(&telemetry.mutex);
	return answered ? 0 : -1;
}

bool
telemetry_start(void)
{
	return rte_telemetry_register_cmd("/vigor/ports", answer_ports,
			"What became of the frames of each port. Takes no parameters.") == 0 &&
		rte_telemetry_register_cmd("/vigor/objects", answer_objects,
			"How full each state object is. Takes no parameters.") == 0;
}
