// English text by chance, the same for the same seed: a few hundred words
// written for this file, bent into about two thousand forms and drawn so that
// the n-th is drawn about 1/n as often as the first.

const small = `the of and to a in is that it for was on are as with they be at this from have or by one had not but what all
were when we there can an your which their said if do will each about how up out them then she many some so these would other
into has more her two like him see time could no make than first been its who now people my made over did down only way find
use may water long little very after words called just where most know`;

const stems = `account adapt amount answer argue arrive balance bank bargain battery bear begin behave bind bloom board
boil border borrow bottle bounce branch brew bridge budget build bundle burn calm camp cancel candle carbon carry carve castle
catch cell chain chalk channel charge chart chase cheer chemist circle citizen claim class clean climb clock cloud coast collect
colour comet commit compare compute concert connect consider contain cook copper copy correct cotton count courage course cover
craft crash credit crop cross crowd current curve cycle damage dance danger debate debt decide deep defend deliver demand depend
describe desert design detail develop dialect digest direct discover display distance divide doctor double doubt dozen drain
drama draw dream drift drill drink drive drum earth echo edge educate effort elect embark emerge employ enamel engine enjoy enter
equal erode escape estate evolve exact examine exchange exist expand expect explain explore export express fabric factor fade fail
famine farm fashion fasten fault favour fear feed fence ferment fever fiddle field filter finish fish flame flavour float flood
floor flour flow focus fold follow force forest forge form fossil found frame freeze friend frost fruit fuel funnel garden gather
gauge gentle germ glacier glass glide govern grain grant grape gravel graze greet grind ground group grow guard guess guide habit
hammer hand harbour harden harvest haul heal heat heavy hedge hinder hollow honest hope horizon horse humour hunt imagine import
improve inform inherit insect inspect insure invent invest iron island jacket join journey judge jungle kettle kindle kitchen
ladder lamp language laugh launch layer lead leaf learn lease lecture legend lend lens letter level library lift limit linen liquid
listen litter locate loosen lumber magnet maintain manage marble margin mark market marsh master match matter meadow measure medal
melt member memory mend metal meter migrate mill miner mirror mission mix model moisten monitor mortar motion mould mount muscle
narrow nation nerve noble notice number nurse object observe obtain ocean offer operate orbit orchard order organ origin oxygen
pack paint palace panel paper parcel pardon part pass pattern pause pepper perform permit phrase pigment pilot pipe pitch planet
plant plaster plate plough poem point polish pollen pool port pottery pour powder power praise predict prepare present press
prevent price print prison process produce profit program promise protect prove provide publish pull pump punish pupil purchase
quarrel quarry question quiet radio rain raise range ration react reason record reduce reflect refuse region regulate relate
release remain remark remedy remove render rent repair repeat reply report rescue resist resolve respond rest result retire return
reveal reward ribbon river road roast rocket roll root rotate rough rule sail salt sample sand satellite sauce scale scatter
school science score scrape screw season secure seed select sense separate serve settle shadow shape share sharpen shelter shift
shine ship shock shore shoulder signal silence silver slide slope smell smoke smooth soak soldier solve sound source spark speak
spice spill spin spirit splash split spread spring square stable stamp state station steam steel steer stem step stitch stone store
storm strain stream strength stretch strike strip struggle study succeed sugar suggest summer supply support surface survey
survive suspect swallow sweep swell swim symbol system tailor tame target taste teach temper tend tension test thaw theatre theory
thick thread threaten throw thunder tidy timber tissue title tobacco token tomato tool touch tour trace track trade train transfer
trap travel treat trial tribe trick trust tunnel turbine turn twist union unite vaccine valley value vapour vary vault velvet venture
verse vessel village virus visit voice volcano vote wage wander warn wash waste watch wave weather weave weigh welcome wheel whisper
widen window winter wire witness wonder wool worker wound wrap wreck write yield`;

const endings = ["", "s", "ing", "ed", "er"];

/** random is mulberry32: numbers in [0, 1), the same for the same seed. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const common = small.split(/\s+/);
const rare = stems.split(/\s+/).flatMap((stem) => endings.map((ending) => bent(stem, ending)));

function bent(stem, ending) {
  return stem.endsWith("e") && /^[ei]/.test(ending) ? stem.slice(0, -1) + ending : stem + ending;
}

/** vocabulary: common words first, the rest in an order of its own. */
const vocabulary = [...common, ...shuffled(rare, random(1))];

function shuffled(list, next) {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

/** word draws one: the logarithm of its place is uniform. */
function word(next) {
  return vocabulary[Math.floor(vocabulary.length ** next()) - 1] ?? vocabulary[0];
}

/** passages draws count passages of sentences, each of exactly size bytes of ASCII. */
export function passages(count, size, next) {
  return Array.from({ length: count }, () => {
    let text = "";
    while (text.length < size) {
      text += sentence(next);
    }
    return text.slice(0, size);
  });
}

function sentence(next) {
  const words = Array.from({ length: 6 + Math.floor(next() * 16) }, () => word(next));
  const text = words.join(" ");
  return `${text[0].toUpperCase()}${text.slice(1)}${next() < 0.1 ? "?" : "."} `;
}

/** questions draws count different queries of three to eight words, about half of them common. */
export function questions(count, next) {
  const drawn = new Set();
  while (drawn.size < count) {
    const words = Array.from({ length: 3 + Math.floor(next() * 6) }, () =>
      next() < 0.4 ? common[Math.floor(next() * common.length)] : rare[Math.floor(next() * rare.length)]);
    drawn.add(words.join(" "));
  }
  return [...drawn];
}
